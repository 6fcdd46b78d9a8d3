#!/usr/bin/env bash
#SBATCH --job-name=gnomon-check
#SBATCH --array=1-64
#SBATCH --cpus-per-task=2
#SBATCH --time=01:00:00
#SBATCH --requeue
# A campaign as a job array: sbatch docs/ci/slurm.sh SCENARIO SEEDS. A task that is requeued goes on where it was. In the end:
#   gnomon merge "$SCRATCH"/gnomon-check/part-*.jsonl --junit all.xml
set -euo pipefail
scenario=${1:?which scenario?}
seeds=${2:-1000000}
results=${SCRATCH:-$HOME}/gnomon-check
mkdir -p "$results"
gnomon=${GNOMON:-$PWD/build/release/gnomon}
exec "$gnomon" check "$scenario" --seeds "$seeds" --jobs "${SLURM_CPUS_PER_TASK:-2}" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --resume "$results/part-$SLURM_ARRAY_TASK_ID.jsonl" -o "$results/case-$SLURM_ARRAY_TASK_ID.yaml"
