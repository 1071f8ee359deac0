using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Storage;

public sealed class HuffmanCodeTests
{
    [Fact]
    public void Code_is_as_short_as_can_be_and_complete()
    {
        var random = new Random(1);
        var code = new HuffmanCode(286, 14);
        for (var round = 0; round < 2_000; round++)
        {
            var counts = new uint[286];
            for (var symbols = random.Next(2, 286); symbols > 0; symbols--)
                counts[random.Next(286)] = (uint)random.Next(1, 1 << random.Next(1, 12));
            if (counts.Count(count => count > 0) < 2)
                continue;
            code.Fit(counts);
            Complete(code, counts);
            if (code.Lengths.IndexOf((byte)14) < 0) // else the limit may have made it longer
                Assert.Equal(Shortest(counts), Enumerable.Range(0, 286).Sum(symbol => (long)counts[symbol] * code.Lengths[symbol]));
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(14)]
    public void Symbols_that_would_be_too_long_get_the_longest_length(int longest)
    {
        var code = new HuffmanCode(19, longest);
        var counts = new uint[19];
        (counts[0], counts[1]) = (1, 1);
        for (var symbol = 2; symbol < 19; symbol++)
            counts[symbol] = counts[symbol - 1] + counts[symbol - 2]; // each joins all before it
        code.Fit(counts);
        Complete(code, counts);
        Assert.Equal(longest, code.Lengths[0]);
        Assert.True(code.Lengths[18] < code.Lengths[0]);
    }

    [Fact]
    public void Fewer_than_two_symbols_have_one_bit_and_another_beside_them()
    {
        var code = new HuffmanCode(30, 14);
        code.Fit(new uint[30]);
        Assert.Equal((1, 1, 2), (code.Lengths[0], code.Lengths[1], code.Used));
        var counts = new uint[30];
        counts[29] = 5;
        code.Fit(counts);
        Assert.Equal((1, 0, 1, 30), (code.Lengths[0], code.Lengths[1], code.Lengths[29], code.Used));
        Assert.Equal((0, 1), (code.Bits[0], code.Bits[29]));
    }

    [Fact]
    public void Bits_are_those_of_the_standard()
    {
        // RFC 1951, 3.2.2: lengths 3 3 3 3 3 2 4 4 are 010 011 100 101 110 00 1110 1111, here turned around.
        var code = new HuffmanCode(8, 15);
        code.Take(symbol => symbol switch { 5 => 2, > 5 => 4, _ => 3 });
        Assert.Equal([0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111], code.Bits.ToArray());
    }

    private static void Complete(HuffmanCode code, uint[] counts)
    {
        Assert.All(counts.Zip(code.Lengths.ToArray()), symbol => Assert.Equal(symbol.First > 0, symbol.Second > 0));
        Assert.Equal(1 << 15, code.Lengths.ToArray().Sum(length => length == 0 ? 0 : 1 << (15 - length)));
        var words = Enumerable.Range(0, counts.Length).Where(symbol => counts[symbol] > 0).Select(symbol => (Bits: (int)code.Bits[symbol], Length: (int)code.Lengths[symbol])).ToList();
        foreach (var (bits, length) in words)
            Assert.Single(words, other => other.Length >= length && (other.Bits & ((1 << length) - 1)) == bits); // nobody else begins with it
    }

    /// <summary>The bits of the shortest code, told without making it: the sum of all weights that joining two makes.</summary>
    private static long Shortest(uint[] counts)
    {
        var weights = new PriorityQueue<long, long>(counts.Where(count => count > 0).Select(count => ((long)count, (long)count)));
        long bits = 0;
        while (weights.Count > 1)
        {
            var both = weights.Dequeue() + weights.Dequeue();
            bits += both;
            weights.Enqueue(both, both);
        }

        return bits;
    }
}
