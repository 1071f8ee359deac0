using Ingester.Core.Json;

namespace Ingester.Core.Exchanges;

/// <summary>
/// Numbers the symbols of one frame in the order in which they first appear. Each lookup takes the same time however many symbols the frame has, and nothing is
/// allocated once the table has its size.
/// </summary>
internal sealed class SymbolGroups
{
    private const int Smallest = 16;

    private readonly List<Slice> symbols = [];
    private int[] slots = new int[Smallest]; // the number of a symbol and one; zero for none
    private int mask = Smallest - 1;

    /// <summary>Begins the next frame.</summary>
    public void Clear()
    {
        if (symbols.Count == 0)
            return;
        symbols.Clear();
        if (slots.Length > Smallest)
            Resize(Smallest);
        else
            Array.Clear(slots);
    }

    /// <summary>The number of a symbol.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="symbol">The symbol, in the frame.</param>
    public int Of(ReadOnlySpan<byte> frame, Slice symbol)
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

    /// <summary>The slot that has the symbol, or the free one where it belongs.</summary>
    private int Find(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> symbol)
    {
        var hash = default(HashCode); // seeded by the process: nobody can choose symbols that collide
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
