OPENQASM 3.0;
include "stdgates.inc";
// after mit-han-lab/torchquantum @ 00039cc9cd2368f9063b6535eefd4981183a84ea, examples/quanvolution/quanvolution_trainable_quantum_layer.py: what its source does, written anew
// trainable quanvolution filter: ry encoding, 5 blocks of U3 on every wire and CU3 on the ring
// read-out: Z on every wire
input array[float[64], 4] x;
input array[float[64], 120] w;
gate u3tq(t, p, l) a { rz(l) a; ry(t) a; rz(p) a; }
gate cu3tq(t, p, l) c, a { rz((p + l) / 2) c; crz(l) c, a; cry(t) c, a; crz(p) c, a; }
qubit[4] q;
ry(x[0]) q[0];
ry(x[1]) q[1];
ry(x[2]) q[2];
ry(x[3]) q[3];
// block 0
u3tq(w[0], w[1], w[2]) q[0];
u3tq(w[3], w[4], w[5]) q[1];
u3tq(w[6], w[7], w[8]) q[2];
u3tq(w[9], w[10], w[11]) q[3];
cu3tq(w[12], w[13], w[14]) q[0], q[1];
cu3tq(w[15], w[16], w[17]) q[1], q[2];
cu3tq(w[18], w[19], w[20]) q[2], q[3];
cu3tq(w[21], w[22], w[23]) q[3], q[0];
// block 1
u3tq(w[24], w[25], w[26]) q[0];
u3tq(w[27], w[28], w[29]) q[1];
u3tq(w[30], w[31], w[32]) q[2];
u3tq(w[33], w[34], w[35]) q[3];
cu3tq(w[36], w[37], w[38]) q[0], q[1];
cu3tq(w[39], w[40], w[41]) q[1], q[2];
cu3tq(w[42], w[43], w[44]) q[2], q[3];
cu3tq(w[45], w[46], w[47]) q[3], q[0];
// block 2
u3tq(w[48], w[49], w[50]) q[0];
u3tq(w[51], w[52], w[53]) q[1];
u3tq(w[54], w[55], w[56]) q[2];
u3tq(w[57], w[58], w[59]) q[3];
cu3tq(w[60], w[61], w[62]) q[0], q[1];
cu3tq(w[63], w[64], w[65]) q[1], q[2];
cu3tq(w[66], w[67], w[68]) q[2], q[3];
cu3tq(w[69], w[70], w[71]) q[3], q[0];
// block 3
u3tq(w[72], w[73], w[74]) q[0];
u3tq(w[75], w[76], w[77]) q[1];
u3tq(w[78], w[79], w[80]) q[2];
u3tq(w[81], w[82], w[83]) q[3];
cu3tq(w[84], w[85], w[86]) q[0], q[1];
cu3tq(w[87], w[88], w[89]) q[1], q[2];
cu3tq(w[90], w[91], w[92]) q[2], q[3];
cu3tq(w[93], w[94], w[95]) q[3], q[0];
// block 4
u3tq(w[96], w[97], w[98]) q[0];
u3tq(w[99], w[100], w[101]) q[1];
u3tq(w[102], w[103], w[104]) q[2];
u3tq(w[105], w[106], w[107]) q[3];
cu3tq(w[108], w[109], w[110]) q[0], q[1];
cu3tq(w[111], w[112], w[113]) q[1], q[2];
cu3tq(w[114], w[115], w[116]) q[2], q[3];
cu3tq(w[117], w[118], w[119]) q[3], q[0];
