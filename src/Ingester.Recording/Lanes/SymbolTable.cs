using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ingester.Recording.Lanes;

/// <summary>Finds the value of a symbol by the bytes in a frame, without creating a string.</summary>
internal sealed class SymbolTable<TValue>
{
    private readonly Dictionary<byte[], TValue> entries = new(ByteKeys.Instance);
    private readonly Dictionary<byte[], TValue>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    /// <summary>Creates an empty table.</summary>
    public SymbolTable() => lookup = entries.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Returns the value of a symbol.</summary>
    public bool TryGet(ReadOnlySpan<byte> symbol, [MaybeNullWhen(false)] out TValue value) => lookup.TryGetValue(symbol, out value);

    /// <summary>Sets the value of a symbol.</summary>
    public void Set(string symbol, TValue value) => entries[Encoding.UTF8.GetBytes(symbol)] = value;

    private sealed class ByteKeys : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static ByteKeys Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = 2166136261u;
            foreach (var value in alternate)
                hash = (hash ^ value) * 16777619;
            return (int)hash;
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
