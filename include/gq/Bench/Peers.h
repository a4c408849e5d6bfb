//===- Peers.h - what functions are compared with ---------------*- C++ -*-===//
//
// The kernels of our own are PTX in a bundle that is made in memory: the
// runtime compiles, caches and launches them as it does any other.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BENCH_PEERS_H
#define GQ_BENCH_PEERS_H

#include "gq/Bench/Candidate.h"

#include <set>

namespace gridquant::bench {

/// Names of peers as --peers takes them.
extern const char *const copyPeer;       // a copy kernel on the SMs: the floor
extern const char *const driverCopyPeer; // cuMemcpyDtoDAsync
extern const char *const emptyPeer;      // a kernel that does nothing
extern const char *const cublasPeer;     // cuBLASLt; of bf16 too, beside bf16

/// All of the above.
std::set<std::string> allPeers();

/// The bundle with the kernels `copy` and `empty`.
std::string floorBundle();

class PeerFactory {
public:
  PeerFactory(int device, std::set<std::string> wanted)
      : device(device), wanted(std::move(wanted)) {}

  /// The peers that apply to this work. What does not exist on this machine is
  /// left out, and `notes` says so.
  Expected<std::vector<Candidate>> make(const Work &work, const Method &method,
                                        std::vector<std::string> &notes);

private:
  Status loadFloor();
  Status addCopies(const Work &work, const Method &method,
                   std::vector<Candidate> &out);
  Status addEmpty(std::vector<Candidate> &out);

  int device;
  std::set<std::string> wanted;
  std::unique_ptr<Program> floor;
};

} // namespace gridquant::bench

#endif // GQ_BENCH_PEERS_H
