OPENQASM 3.0;
include "stdgates.inc";
// after luckyoyjr/lgg-segmentation @ a56d0c2c2c2ae7a56848e9834a3b5728a6e5bf4a, app.py: what its source does, written anew
// hybrid U-Net for segmentation, 4 wires, 2 layers; amplitude encoding of 16 values left out
// read-out: Z on every wire
input array[float[64], 24] w;
qubit[4] q;
rx(w[0]) q[0];
ry(w[1]) q[0];
rz(w[2]) q[0];
rx(w[3]) q[1];
ry(w[4]) q[1];
rz(w[5]) q[1];
rx(w[6]) q[2];
ry(w[7]) q[2];
rz(w[8]) q[2];
rx(w[9]) q[3];
ry(w[10]) q[3];
rz(w[11]) q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
cx q[3], q[0];
rx(w[12]) q[0];
ry(w[13]) q[0];
rz(w[14]) q[0];
rx(w[15]) q[1];
ry(w[16]) q[1];
rz(w[17]) q[1];
rx(w[18]) q[2];
ry(w[19]) q[2];
rz(w[20]) q[2];
rx(w[21]) q[3];
ry(w[22]) q[3];
rz(w[23]) q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
cx q[3], q[0];
