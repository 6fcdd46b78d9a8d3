#include "adapters/sqlite/sqlite_store.h"
#include "tests/adapters/sqlite/store_place.h"
#include "tests/contract/store_contract.h"

namespace gnomon::contract {

using SqliteStorePlace = adapters::StorePlace;
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreContract, SqliteStorePlace);

}  // namespace gnomon::contract
