#include "tests/adapters/process/process_world.h"
#include "tests/contract/runtime_contract.h"

namespace gnomon::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(Process, RuntimeContract, adapters::ProcessWorld);

}  // namespace gnomon::contract
