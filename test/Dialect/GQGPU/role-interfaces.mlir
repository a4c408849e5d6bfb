// Control goes through the roles, and upstream knows it.
// RUN: gq-opt %s --sccp | FileCheck %s --check-prefix=SCCP
// RUN: gq-opt %s --remove-dead-values | FileCheck %s --check-prefix=DEAD

// A sum of constants is a constant in every role; the group is none.
// SCCP-LABEL: gqgpu.kernel @roles
// SCCP: %[[C12:.*]] = arith.constant 12 : index
// SCCP: gqgpu.role "math" {{.*}} (%[[G:.*]]) {
// SCCP: %[[AT:.*]] = arith.addi %[[G]], %
// SCCP-NEXT: memref.store %[[AT]], %{{.*}}[%[[C12]]]
// SCCP: gqgpu.role "copy"
// SCCP-NEXT: memref.store %[[C12]]

// What nothing reads goes; roles stay, with their groups, also where they do
// nothing.
// DEAD-LABEL: gqgpu.kernel @roles
// DEAD: gqgpu.warp_specialize {
// DEAD-NEXT: gqgpu.role "math" kind math warps 4 registers 248 (%{{.*}}) {
// DEAD-NOT: arith.muli
// DEAD: gqgpu.role "copy" kind copy warps 1 registers 40 {
// DEAD: memref.store
// DEAD: gqgpu.role "idle" kind copy warps 1 registers 40 {
// DEAD-NEXT: }
gqgpu.kernel @roles(%out: memref<?xindex>) {
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %sum = arith.addi %c4, %c8 : index
      %unused = arith.muli %g, %c8 : index
      %at = arith.addi %g, %c8 : index
      memref.store %at, %out[%sum] : memref<?xindex>
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %sum = arith.addi %c4, %c8 : index
      memref.store %sum, %out[%c4] : memref<?xindex>
    }
    gqgpu.role "idle" kind copy warps 1 registers 40 {
    }
  }
  gqgpu.return
}
