OPENQASM 3.0;
include "stdgates.inc";
// after TsowaNB/final-HCCN @ dba00425614ae36e5b74024b48b920f3402dda18, step3_models.py: what its source does, written anew
// hybrid U-Net for segmentation, 4 wires, 2 layers (the published layer does not run it)
// read-out: Z on every wire
input array[float[64], 4] x;
input array[float[64], 16] w;
qubit[4] q;
ry(x[0]) q[0];
ry(x[1]) q[1];
ry(x[2]) q[2];
ry(x[3]) q[3];
ry(w[0]) q[0];
rz(w[1]) q[0];
ry(w[2]) q[1];
rz(w[3]) q[1];
ry(w[4]) q[2];
rz(w[5]) q[2];
ry(w[6]) q[3];
rz(w[7]) q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
ry(w[8]) q[0];
rz(w[9]) q[0];
ry(w[10]) q[1];
rz(w[11]) q[1];
ry(w[12]) q[2];
rz(w[13]) q[2];
ry(w[14]) q[3];
rz(w[15]) q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
