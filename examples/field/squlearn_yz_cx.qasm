OPENQASM 3.0;
include "stdgates.inc";
// after sQUlearn/squlearn @ 2f9608671d6e0ecaf572dbc62508cf1a7de5a07d, yz_cx_encoding_circuit.py: what its source does, written anew
// 4 qubits, 4 features, 2 layers, closed, c = 1.0
// read-out (not part of the source circuit): Z on every wire
input array[float[64], 4] x;
input array[float[64], 16] w;
qubit[4] q;
ry(w[0] + x[0]) q[0];
rz(w[1] + x[0]) q[0];
ry(w[2] + x[1]) q[1];
rz(w[3] + x[1]) q[1];
ry(w[4] + x[2]) q[2];
rz(w[5] + x[2]) q[2];
ry(w[6] + x[3]) q[3];
rz(w[7] + x[3]) q[3];
cx q[0], q[1];
cx q[2], q[3];
ry(w[8] + x[0]) q[0];
rz(w[9] + x[0]) q[0];
ry(w[10] + x[1]) q[1];
rz(w[11] + x[1]) q[1];
ry(w[12] + x[2]) q[2];
rz(w[13] + x[2]) q[2];
ry(w[14] + x[3]) q[3];
rz(w[15] + x[3]) q[3];
cx q[1], q[2];
cx q[3], q[0];
