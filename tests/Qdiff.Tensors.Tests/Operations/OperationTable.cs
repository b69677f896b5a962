using Qdiff.Tensors;

/// <summary>
/// Every operation at sizes that reach its border cases, with its definition. A new row is compared with its definition, has its
/// gradients checked and everything else that <see cref="OperationTests"/> promises.
/// </summary>
static partial class OperationTable
{
    public static OperationCase[] Rows { get; } =
    [
        .. Convolutions(), .. Elementwise(), .. Normalisations(), .. Attentions(), .. Pooling(), .. Losses(), .. Layers(),
        .. UsedTwice(),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names => Rows.Select(row => new TheoryDataRow<string>(row.Name));

    public static OperationCase Row(string name) => Rows.Single(row => row.Name == name);

    static OperationCase Weightless(string name, Shape[] inputs, Func<Tensor[], Tensor> operation,
        Func<double[][], double[]> definition) =>
        new(name, inputs, _ => (_, x) => operation(x), (_, x, _) => definition(x));
}
