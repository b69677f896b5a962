OPENQASM 3.0;
include "stdgates.inc";
// after utai-utai/quantum-diffusion-model-anime @ 67ecf8abf4c731fb8b221db53d1bfb2e4b5657dc, src/quantum_circuit.py: what its source does, written anew
// feed-forward circuit, 4 data wires q[0..3], 4 control wires q[4..7], 2 layers
// read-out: Z on q[0..3]
input array[float[64], 4] x;
input array[float[64], 24] w;
qubit[8] q;
ry(x[0]) q[0];
h q[4];
ry(x[1]) q[1];
h q[5];
ry(x[2]) q[2];
h q[6];
ry(x[3]) q[3];
h q[7];
// layer 0
crz(w[0]) q[4], q[0];
cry(w[1]) q[4], q[0];
crz(w[2]) q[4], q[0];
crz(w[3]) q[5], q[1];
cry(w[4]) q[5], q[1];
crz(w[5]) q[5], q[1];
crz(w[6]) q[6], q[2];
cry(w[7]) q[6], q[2];
crz(w[8]) q[6], q[2];
crz(w[9]) q[7], q[3];
cry(w[10]) q[7], q[3];
crz(w[11]) q[7], q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
cx q[3], q[0];
// layer 1
crz(w[12]) q[4], q[0];
cry(w[13]) q[4], q[0];
crz(w[14]) q[4], q[0];
crz(w[15]) q[5], q[1];
cry(w[16]) q[5], q[1];
crz(w[17]) q[5], q[1];
crz(w[18]) q[6], q[2];
cry(w[19]) q[6], q[2];
crz(w[20]) q[6], q[2];
crz(w[21]) q[7], q[3];
cry(w[22]) q[7], q[3];
crz(w[23]) q[7], q[3];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
cx q[3], q[0];
