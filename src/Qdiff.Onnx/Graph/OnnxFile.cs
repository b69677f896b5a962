using Google.Protobuf;

namespace Qdiff.Onnx;

/// <summary>
/// The bytes of an ONNX file: a ModelProto, field by field as onnx.proto numbers them. Operator set 17 with format 8 is what
/// programs of 2022 and later read.
/// </summary>
static class OnnxFile
{
    const int FormatVersion = 8, OperatorSet = 17;

    public static byte[] Bytes(OnnxGraph graph, string name, IReadOnlyDictionary<string, string> metadata) =>
        ProtobufMessage.Build(model =>
        {
            model.WriteNumber(1, FormatVersion);
            model.WriteText(2, "qdiff");
            model.WriteText(3, typeof(OnnxFile).Assembly.GetName().Version!.ToString(3));
            model.WriteMessage(7, message => Write(message, graph, name));
            model.WriteMessage(8, set =>
            {
                set.WriteText(1, "");
                set.WriteNumber(2, OperatorSet);
            });
            foreach ((string key, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                model.WriteMessage(14, entry =>
                {
                    entry.WriteText(1, key);
                    entry.WriteText(2, value);
                });
        });

    static void Write(CodedOutputStream message, OnnxGraph graph, string name)
    {
        foreach (OnnxNode node in graph.Nodes) message.WriteMessage(1, output => Write(output, node));
        message.WriteText(2, name);
        foreach (OnnxTensor constant in graph.Constants) message.WriteMessage(5, output => Write(output, constant));
        foreach (OnnxPort port in graph.Inputs) message.WriteMessage(11, output => Write(output, port));
        foreach (OnnxPort port in graph.Outputs) message.WriteMessage(12, output => Write(output, port));
    }

    static void Write(CodedOutputStream message, OnnxNode node)
    {
        foreach (string input in node.Inputs) message.WriteText(1, input);
        foreach (string output in node.Outputs) message.WriteText(2, output);
        message.WriteText(3, node.Outputs[0]);
        message.WriteText(4, node.Operator);
        foreach ((string name, object value) in node.Attributes) message.WriteMessage(5, output => Write(output, name, value));
    }

    static void Write(CodedOutputStream message, string name, object value)
    {
        const int Single = 1, Integer = 2, Integers = 7;
        message.WriteText(1, name);
        switch (value)
        {
            case float number:
                message.WriteSingle(2, number);
                message.WriteNumber(20, Single);
                break;
            case long number:
                message.WriteNumber(3, number);
                message.WriteNumber(20, Integer);
                break;
            case long[] numbers:
                foreach (long number in numbers) message.WriteNumber(8, number);
                message.WriteNumber(20, Integers);
                break;
            default:
                throw new ArgumentException($"The attribute {name} is a {value.GetType()}, which is not written.");
        }
    }

    static void Write(CodedOutputStream message, OnnxTensor tensor)
    {
        foreach (long size in tensor.Shape) message.WriteNumber(1, size);
        message.WriteNumber(2, (long)tensor.Element);
        message.WriteText(8, tensor.Name);
        message.WriteData(9, tensor.Data);
    }

    static void Write(CodedOutputStream message, OnnxPort port)
    {
        message.WriteText(1, port.Name);
        message.WriteMessage(2, type => type.WriteMessage(1, tensor =>
        {
            tensor.WriteNumber(1, (long)port.Element);
            tensor.WriteMessage(2, shape =>
            {
                shape.WriteMessage(1, batch => batch.WriteText(2, "batch"));
                foreach (long size in port.SampleShape) shape.WriteMessage(1, dimension => dimension.WriteNumber(1, size));
            });
        }));
    }
}
