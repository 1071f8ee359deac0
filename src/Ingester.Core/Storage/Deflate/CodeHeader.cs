namespace Ingester.Core.Storage;

/// <summary>How the two codes of a block are sent (RFC 1951, 3.2.7): their lengths with runs, by a code of its own.</summary>
internal sealed class CodeHeader
{
    private const int Symbols = 19;
    private const int Longest = 7;
    private const int CountBits = 5 + 5 + 4;
    private const int LengthBits = 3;
    private const byte Repeat = 16; // the length before, 3 to 6 times
    private const byte Zeros = 17; // 3 to 10
    private const byte ManyZeros = 18; // 11 to 138

    private readonly HuffmanCode code = new(Symbols, Longest);
    private readonly uint[] counts = new uint[Symbols];
    private readonly byte[] lengths = new byte[DeflateSymbols.Literals + DeflateSymbols.Distances];
    private readonly (byte Symbol, byte Extra)[] items = new (byte, byte)[DeflateSymbols.Literals + DeflateSymbols.Distances];
    private int itemCount;
    private int literalCount;
    private int distanceCount;
    private int sentCount; // of the lengths of the lengths' code

    private static ReadOnlySpan<byte> Order => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>How many bits it takes.</summary>
    public long Length { get; private set; }

    /// <summary>Fits two codes.</summary>
    public void Fit(HuffmanCode literalCode, HuffmanCode distanceCode)
    {
        (literalCount, distanceCount) = (Math.Max(literalCode.Used, DeflateSymbols.FirstLength), distanceCode.Used);
        literalCode.Lengths[..literalCount].CopyTo(lengths);
        distanceCode.Lengths[..distanceCount].CopyTo(lengths.AsSpan(literalCount));
        Gather(lengths.AsSpan(0, literalCount + distanceCount));
        Array.Clear(counts);
        foreach (var (symbol, _) in items.AsSpan(0, itemCount))
            counts[symbol]++;
        code.Fit(counts);
        for (sentCount = Symbols; sentCount > 4 && code.Lengths[Order[sentCount - 1]] == 0;)
            sentCount--;
        Length = CountBits + LengthBits * sentCount;
        for (var symbol = 0; symbol < Symbols; symbol++)
            Length += counts[symbol] * (code.Lengths[symbol] + ExtraBits((byte)symbol));
    }

    /// <summary>Writes what was fitted.</summary>
    public void Write(ref BitSink sink)
    {
        sink.Put((ulong)(literalCount - DeflateSymbols.FirstLength), 5);
        sink.Put((ulong)(distanceCount - 1), 5);
        sink.Put((ulong)(sentCount - 4), 4);
        sink.Flush();
        foreach (var symbol in Order[..sentCount])
        {
            sink.Put(code.Lengths[symbol], LengthBits);
            sink.Flush();
        }

        foreach (var (symbol, extra) in items.AsSpan(0, itemCount))
        {
            sink.Put(code.Bits[symbol], code.Lengths[symbol]);
            sink.Put(extra, ExtraBits(symbol));
            sink.Flush();
        }
    }

    private static int ExtraBits(byte symbol) => symbol switch { Repeat => 2, Zeros => 3, ManyZeros => 7, _ => 0 };

    private void Gather(ReadOnlySpan<byte> all)
    {
        itemCount = 0;
        while (!all.IsEmpty)
        {
            var length = all[0];
            var run = all.IndexOfAnyExcept(length) is var end and >= 0 ? end : all.Length;
            var taken = Add(length, run);
            all = all[taken..];
        }
    }

    /// <summary>Adds the first of some equal lengths, or as many as one symbol says; how many.</summary>
    private int Add(byte length, int run)
    {
        if (length == 0 && run >= 11)
            return Add(ManyZeros, Math.Min(run, 138), 11);
        if (length == 0 && run >= 3)
            return Add(Zeros, run, 3);
        items[itemCount++] = (length, 0);
        return length > 0 && run > 3 ? 1 + Add(Repeat, Math.Min(run - 1, 6), 3) : 1;
    }

    private int Add(byte symbol, int times, int least)
    {
        items[itemCount++] = (symbol, (byte)(times - least));
        return times;
    }
}
