OPENQASM 3.0;
include "stdgates.inc";
// after mashathepotato/GSoC-Quantum-Diffusion-Model @ 6d0b8565ff1d6bbc86452fcbb4b2a22cf46541ed, notebooks/quantum/hybrid_u-net.ipynb: what its source does, written anew
// circuit of the notebook hybrid_u-net: 2 layers, no input at all; ry and rz share one weight
// read-out: Z on every wire
input array[float[64], 8] w;
qubit[4] q;
ry(w[0]) q[0];
rz(w[0]) q[0];
ry(w[1]) q[1];
rz(w[1]) q[1];
ry(w[2]) q[2];
rz(w[2]) q[2];
ry(w[3]) q[3];
rz(w[3]) q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
cx q[3], q[0];
ry(w[4]) q[0];
rz(w[4]) q[0];
ry(w[5]) q[1];
rz(w[5]) q[1];
ry(w[6]) q[2];
rz(w[6]) q[2];
ry(w[7]) q[3];
rz(w[7]) q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
cx q[3], q[0];
