OPENQASM 3.0;
include "stdgates.inc";
// after PennyLaneAI/qml @ 008812ee718d4f81dbf4946f3882f84f6b726de3, demonstrations/tutorial_quanvolution.py: what its source does, written anew
// 2x2 quanvolution kernel; random layer drawn with the template seed 42; w are fixed, not trained (seed 0: 3.44829694, 4.49366732, 3.78727399, 3.42360201)
// read-out: Z on every wire
input array[float[64], 4] x;
input array[float[64], 4] w;
qubit[4] q;
ry(pi*x[0]) q[0];
ry(pi*x[1]) q[1];
ry(pi*x[2]) q[2];
ry(pi*x[3]) q[3];
rx(w[0]) q[0];
rz(w[1]) q[3];
cx q[2], q[1];
cx q[3], q[0];
ry(w[2]) q[0];
rx(w[3]) q[0];
