OPENQASM 3.0;
include "stdgates.inc";
// after Francis-Hsu/QuantGenMdl @ afa16b893465aae07d5a4f669a44d18bc4016395, src/QGAN.py: what its source does, written anew
// discriminator circuit of the QGAN comparison, 16 layers, 2 qubits; the data state comes in from outside
// read-out: Z on q[0] only
input array[float[64], 64] w;
qubit[2] q;
// layer 0
rx(w[0]) q[0];
ry(w[2]) q[0];
rx(w[1]) q[1];
ry(w[3]) q[1];
cz q[0], q[1];
// layer 1
rx(w[4]) q[0];
ry(w[6]) q[0];
rx(w[5]) q[1];
ry(w[7]) q[1];
cz q[0], q[1];
// layer 2
rx(w[8]) q[0];
ry(w[10]) q[0];
rx(w[9]) q[1];
ry(w[11]) q[1];
cz q[0], q[1];
// layer 3
rx(w[12]) q[0];
ry(w[14]) q[0];
rx(w[13]) q[1];
ry(w[15]) q[1];
cz q[0], q[1];
// layer 4
rx(w[16]) q[0];
ry(w[18]) q[0];
rx(w[17]) q[1];
ry(w[19]) q[1];
cz q[0], q[1];
// layer 5
rx(w[20]) q[0];
ry(w[22]) q[0];
rx(w[21]) q[1];
ry(w[23]) q[1];
cz q[0], q[1];
// layer 6
rx(w[24]) q[0];
ry(w[26]) q[0];
rx(w[25]) q[1];
ry(w[27]) q[1];
cz q[0], q[1];
// layer 7
rx(w[28]) q[0];
ry(w[30]) q[0];
rx(w[29]) q[1];
ry(w[31]) q[1];
cz q[0], q[1];
// layer 8
rx(w[32]) q[0];
ry(w[34]) q[0];
rx(w[33]) q[1];
ry(w[35]) q[1];
cz q[0], q[1];
// layer 9
rx(w[36]) q[0];
ry(w[38]) q[0];
rx(w[37]) q[1];
ry(w[39]) q[1];
cz q[0], q[1];
// layer 10
rx(w[40]) q[0];
ry(w[42]) q[0];
rx(w[41]) q[1];
ry(w[43]) q[1];
cz q[0], q[1];
// layer 11
rx(w[44]) q[0];
ry(w[46]) q[0];
rx(w[45]) q[1];
ry(w[47]) q[1];
cz q[0], q[1];
// layer 12
rx(w[48]) q[0];
ry(w[50]) q[0];
rx(w[49]) q[1];
ry(w[51]) q[1];
cz q[0], q[1];
// layer 13
rx(w[52]) q[0];
ry(w[54]) q[0];
rx(w[53]) q[1];
ry(w[55]) q[1];
cz q[0], q[1];
// layer 14
rx(w[56]) q[0];
ry(w[58]) q[0];
rx(w[57]) q[1];
ry(w[59]) q[1];
cz q[0], q[1];
// layer 15
rx(w[60]) q[0];
ry(w[62]) q[0];
rx(w[61]) q[1];
ry(w[63]) q[1];
cz q[0], q[1];
