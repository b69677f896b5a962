OPENQASM 3.0;
include "stdgates.inc";
// after sQUlearn/squlearn @ 2f9608671d6e0ecaf572dbc62508cf1a7de5a07d, src/squlearn/encoding_circuit/circuit_library/hubregtsen_encoding_circuit.py: what its source does, written anew
// 4 qubits, 2 features, 2 layers, closed, no final encoding
// read-out (not part of the source circuit): Z on every wire
input array[float[64], 2] x;
input array[float[64], 16] w;
qubit[4] q;
h q[0];
h q[1];
h q[2];
h q[3];
rz(x[0]) q[0];
rz(x[1]) q[1];
rz(x[0]) q[2];
rz(x[1]) q[3];
ry(w[0]) q[0];
ry(w[1]) q[1];
ry(w[2]) q[2];
ry(w[3]) q[3];
crz(w[4]) q[0], q[1];
crz(w[5]) q[1], q[2];
crz(w[6]) q[2], q[3];
crz(w[7]) q[3], q[0];
rz(x[0]) q[0];
rz(x[1]) q[1];
rz(x[0]) q[2];
rz(x[1]) q[3];
ry(w[8]) q[0];
ry(w[9]) q[1];
ry(w[10]) q[2];
ry(w[11]) q[3];
crz(w[12]) q[0], q[1];
crz(w[13]) q[1], q[2];
crz(w[14]) q[2], q[3];
crz(w[15]) q[3], q[0];
