OPENQASM 3.0;
include "stdgates.inc";
// after PennyLaneAI/qml @ 01255e08a4867805dfbd671dd0fd81fa2c6bfec4, demonstrations/tutorial_quantum_gans.py: what its source does, written anew
// one patch generator, 5 wires, ancilla q[0], 6 layers
// read-out: probabilities of the 16 states with q[0] = 0, divided by their largest
input array[float[64], 5] x;
input array[float[64], 30] w;
qubit[5] q;
ry(x[0]) q[0];
ry(x[1]) q[1];
ry(x[2]) q[2];
ry(x[3]) q[3];
ry(x[4]) q[4];
// layer 0
ry(w[0]) q[0];
ry(w[1]) q[1];
ry(w[2]) q[2];
ry(w[3]) q[3];
ry(w[4]) q[4];
cz q[0], q[1];
cz q[1], q[2];
cz q[2], q[3];
cz q[3], q[4];
// layer 1
ry(w[5]) q[0];
ry(w[6]) q[1];
ry(w[7]) q[2];
ry(w[8]) q[3];
ry(w[9]) q[4];
cz q[0], q[1];
cz q[1], q[2];
cz q[2], q[3];
cz q[3], q[4];
// layer 2
ry(w[10]) q[0];
ry(w[11]) q[1];
ry(w[12]) q[2];
ry(w[13]) q[3];
ry(w[14]) q[4];
cz q[0], q[1];
cz q[1], q[2];
cz q[2], q[3];
cz q[3], q[4];
// layer 3
ry(w[15]) q[0];
ry(w[16]) q[1];
ry(w[17]) q[2];
ry(w[18]) q[3];
ry(w[19]) q[4];
cz q[0], q[1];
cz q[1], q[2];
cz q[2], q[3];
cz q[3], q[4];
// layer 4
ry(w[20]) q[0];
ry(w[21]) q[1];
ry(w[22]) q[2];
ry(w[23]) q[3];
ry(w[24]) q[4];
cz q[0], q[1];
cz q[1], q[2];
cz q[2], q[3];
cz q[3], q[4];
// layer 5
ry(w[25]) q[0];
ry(w[26]) q[1];
ry(w[27]) q[2];
ry(w[28]) q[3];
ry(w[29]) q[4];
cz q[0], q[1];
cz q[1], q[2];
cz q[2], q[3];
cz q[3], q[4];
