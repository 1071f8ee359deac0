using System.Text;

namespace Ingester.Tests.Paper;

/// <summary>Writes a small ONNX file: <c>y = x · W</c> with x [1, n] and y [1, 1]. The protocol-buffer fields are those of <c>onnx.proto</c>.</summary>
internal static class OnnxFile
{
    private const int FloatType = 1;

    /// <summary>Writes the model and returns its path.</summary>
    public static string WriteLinear(string folder, float[] weights)
    {
        var initializer = Message(
            [.. Number(1, weights.Length), .. Number(1, 1), .. Number(2, FloatType), .. Field(8, "W"u8), .. Field(9, [.. weights.SelectMany(BitConverter.GetBytes)])]);
        var node = Message([.. Field(1, "x"u8), .. Field(1, "W"u8), .. Field(2, "y"u8), .. Field(3, "n"u8), .. Field(4, "MatMul"u8)]);
        var graph = Message([.. Field(1, node), .. Field(2, "g"u8), .. Field(5, initializer), .. Field(11, Value("x", 1, weights.Length)), .. Field(12, Value("y", 1, 1))]);
        var opset = Message([.. Field(1, ""u8), .. Number(2, 13)]);
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, [.. Number(1, 8), .. Field(7, graph), .. Field(8, opset)]);
        return path;
    }

    private static byte[] Value(string name, params int[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(static size => Field(1, Number(1, size)))];
        var tensor = Message([.. Number(1, FloatType), .. Field(2, dimensions)]);
        return [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Field(2, Field(1, tensor))];
    }

    private static byte[] Message(byte[] fields) => fields;

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Field(int field, ReadOnlySpan<byte> content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
