OPENQASM 3.0;
include "stdgates.inc";
// after sQUlearn/squlearn @ 2f9608671d6e0ecaf572dbc62508cf1a7de5a07d, chebyshev_pqc.py: what its source does, written anew
// 4 qubits, 2 features, 2 layers, closed, crz; x[i] stands for arccos(feature i)
// read-out (not part of the source circuit): Z on every wire
input array[float[64], 2] x;
input array[float[64], 24] w;
qubit[4] q;
ry(w[0]) q[0];
ry(w[1]) q[1];
ry(w[2]) q[2];
ry(w[3]) q[3];
rx(w[4]*x[0]) q[0];
rx(w[5]*x[1]) q[1];
rx(w[6]*x[0]) q[2];
rx(w[7]*x[1]) q[3];
crz(w[8]) q[0], q[1];
crz(w[9]) q[2], q[3];
crz(w[10]) q[1], q[2];
crz(w[11]) q[3], q[0];
rx(w[12]*x[0]) q[0];
rx(w[13]*x[1]) q[1];
rx(w[14]*x[0]) q[2];
rx(w[15]*x[1]) q[3];
crz(w[16]) q[0], q[1];
crz(w[17]) q[2], q[3];
crz(w[18]) q[1], q[2];
crz(w[19]) q[3], q[0];
ry(w[20]) q[0];
ry(w[21]) q[1];
ry(w[22]) q[2];
ry(w[23]) q[3];
