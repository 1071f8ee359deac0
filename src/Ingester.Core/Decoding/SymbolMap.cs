using System.Runtime.InteropServices;

namespace Ingester.Core.Decoding;

/// <summary>State of one connection per symbol. A lookup by the bytes of a symbol allocates only when the symbol is new.</summary>
/// <typeparam name="TState">The state.</typeparam>
internal sealed class SymbolMap<TState>
{
    private readonly Dictionary<byte[], TState?> states = new(new SymbolComparer());

    /// <summary>The state of a symbol; the default of its type when the symbol is new. The reference is valid until the next call.</summary>
    public ref TState? this[ReadOnlySpan<byte> symbol] =>
        ref CollectionsMarshal.GetValueRefOrAddDefault(states.GetAlternateLookup<ReadOnlySpan<byte>>(), symbol, out _);

    private sealed class SymbolComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);

        public bool Equals(ReadOnlySpan<byte> one, byte[] other) => one.SequenceEqual(other);

        public int GetHashCode(byte[] symbol) => GetHashCode(symbol.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> symbol)
        {
            var hash = default(HashCode); // seeded per process, so that colliding symbols cannot be chosen
            hash.AddBytes(symbol);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> symbol) => symbol.ToArray();
    }
}
