using Ingester.Core.Json;

namespace Ingester.Core.Decoding;

/// <summary>
/// Assigns an index to each symbol of one frame, in the order in which symbols first appear. A lookup takes constant time, and nothing is allocated
/// once the table has reached its size.
/// </summary>
internal sealed class SymbolIndex
{
    private const int MinSlots = 16;

    private readonly List<Slice> symbols = [];
    private int[] slots = new int[MinSlots]; // index of a symbol plus one; zero when free
    private int mask = MinSlots - 1;

    /// <summary>Clears the table for the next frame.</summary>
    public void Clear()
    {
        if (symbols.Count == 0)
            return;
        symbols.Clear();
        if (slots.Length > MinSlots)
            Resize(MinSlots);
        else
            Array.Clear(slots);
    }

    /// <summary>The index of a symbol.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="symbol">The symbol, in the frame.</param>
    public int IndexOf(ReadOnlySpan<byte> frame, Slice symbol)
    {
        var text = symbol.Of(frame);
        var slot = Find(frame, text);
        if (slots[slot] > 0)
            return slots[slot] - 1;
        symbols.Add(symbol);
        slots[slot] = symbols.Count;
        if (symbols.Count > slots.Length / 2)
            Grow(frame);
        return symbols.Count - 1;
    }

    /// <summary>The slot of the symbol, or the free slot where it belongs.</summary>
    private int Find(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> symbol)
    {
        var hash = default(HashCode); // seeded per process, so that colliding symbols cannot be chosen
        hash.AddBytes(symbol);
        var slot = hash.ToHashCode() & mask;
        while (slots[slot] > 0 && !symbols[slots[slot] - 1].Of(frame).SequenceEqual(symbol))
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow(ReadOnlySpan<byte> frame)
    {
        Resize(2 * slots.Length);
        for (var number = 0; number < symbols.Count; number++)
            slots[Find(frame, symbols[number].Of(frame))] = number + 1;
    }

    private void Resize(int size) => (slots, mask) = (new int[size], size - 1);
}
