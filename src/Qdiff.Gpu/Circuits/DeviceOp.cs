namespace Qdiff.Gpu;

/// <summary>
/// What one step of a device's circuit program does; the numbers behind it are listed at each. "state" is where a cluster's
/// amplitudes begin, "plane" how far its imaginary parts are from its real ones; places are counted in vectors, a number for each
/// sample of the thread group.
/// </summary>
enum DeviceOp
{
    /// <summary>Cosines and sines of the angles that are inputs: table, count.</summary>
    SinCos,

    /// <summary>The same of one angle with a formula: see <see cref="FormulaSteps.Formula"/>.</summary>
    Formula,

    /// <summary>The two amplitudes of each wire before it meets others: table, count.</summary>
    Wires,

    /// <summary>The product state of a cluster's wires: state, plane, wires, first wire.</summary>
    Product,

    /// <summary>The inputs as amplitudes: state, plane, bits, inputs, inverse length.</summary>
    Amplitudes,

    /// <summary>A 2×2 matrix on pairs: state, plane, bits, target, control, matrix, kind, how far the results are.</summary>
    Apply,

    /// <summary>The control's side of a cut: state, plane, bits, control.</summary>
    SplitControl,

    /// <summary>A Pauli string: from, to, plane, bits, X bits, Z bits, quarter turns.</summary>
    Pauli,

    /// <summary>A message on a state: message, its plane, from, to, plane, bits, rows, dense, accumulate.</summary>
    Multiply,

    /// <summary>Bra and ket to a message: bra, ket, plane, message, its plane, bases, dense, bases a block, accumulate.</summary>
    Gram,

    /// <summary>Expectations of strings: bra, ket, plane, bits, table, count.</summary>
    Terms,

    /// <summary>Read-outs from terms: table, count.</summary>
    ReadOuts,

    /// <summary>The gradient of the terms from that of the read-outs: table, count.</summary>
    Spread,

    /// <summary>The weighed sum of strings on a state: from, to, plane, bits, table, count, accumulate.</summary>
    Observe,

    /// <summary>
    /// Takes a matrix back from state and co-state: state, co-state, plane, bits, target, control, matrix, kind, overlaps, how
    /// far the upper half is (0: no branch).
    /// </summary>
    Reverse,

    /// <summary>The control's side of a cut, back: state, co-state, plane, bits, control.</summary>
    JoinControl,

    /// <summary>Takes the highest wire from state and co-state: state, co-state, plane, bit, wire, its co-state.</summary>
    Part,

    /// <summary>Takes the matrices back from each single wire: table, count.</summary>
    WiresBack,

    /// <summary>The gradient of amplitudes that are inputs: state, co-state, plane, inputs, inverse length, result.</summary>
    AmplitudesBack,

    /// <summary>What the inputs and weights of a formula get: see <see cref="FormulaSteps.FormulaBack"/>.</summary>
    FormulaBack,

    /// <summary>What each input gets from the gates whose angle it is in: table, count.</summary>
    Collect,
}
