bug(answers-go-to-the-wrong-shard shards engine/shard/gateway.cc
    FIND [[if (shard < hosts_.size()) {
          inboxes_[shard]->submit(std::move(each));]]
    PLANT [[if (shard < hosts_.size()) {
          if (PLANTED && starts_ % 8 == 7) shard = static_cast<ShardId>((shard + 1) % hosts_.size());
          inboxes_[shard]->submit(std::move(each));]])
bug(a-key-forgets-its-shard shards engine/shard/gateway.cc
    FIND [[if (known != shard_of_key_.end()) return known->second;]]
    PLANT [[if (known != shard_of_key_.end() && !PLANTED) return known->second;]])
