using System.Diagnostics;

namespace Ingester.Core.Storage;

/// <summary>A prefix code of some symbols (RFC 1951, 3.2.2): how many bits each has, and which, the last one first, as deflate writes them.</summary>
/// <param name="symbols">How many symbols there are.</param>
/// <param name="longest">How many bits a symbol has at most.</param>
internal sealed class HuffmanCode(int symbols, int longest)
{
    /// <summary>How many bits a symbol of literals, lengths or distances has at most.</summary>
    public const int LongestLength = 15;

    private readonly byte[] lengths = new byte[symbols];
    private readonly ushort[] bits = new ushort[symbols];

    /// <summary>How many bits each symbol has; none for one that is not used.</summary>
    public ReadOnlySpan<byte> Lengths => lengths;

    /// <summary>The bits of each symbol.</summary>
    public ReadOnlySpan<ushort> Bits => bits;

    /// <summary>How many symbols there are up to the last one that is used.</summary>
    public int Used => lengths.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;

    /// <summary>
    /// Makes the code whose text is shortest; where the limit counts, nearly. Where fewer than two symbols are used, two have one bit each, because some readers
    /// refuse a code of one.
    /// </summary>
    /// <param name="counts">How often each symbol is used.</param>
    public void Fit(ReadOnlySpan<uint> counts)
    {
        Array.Clear(lengths);
        Span<ulong> used = stackalloc ulong[counts.Length]; // the count, then the symbol
        var count = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
            if (counts[symbol] > 0)
                used[count++] = (ulong)counts[symbol] << 16 | (uint)symbol;
        used = used[..count];
        if (count < 2)
        {
            var only = count == 0 ? 0 : (int)(used[0] & ushort.MaxValue);
            lengths[only] = lengths[only == 0 ? 1 : 0] = 1;
        }
        else
        {
            used.Sort();
            Span<int> having = stackalloc int[longest + 1];
            CountLengths(used, having);
            var rarest = 0;
            for (var length = longest; length > 0; length--)
                for (var left = having[length]; left > 0; left--)
                    lengths[(int)(used[rarest++] & ushort.MaxValue)] = (byte)length;
        }

        Assign();
    }

    /// <summary>Takes the code whose lengths are known.</summary>
    public void Take(Func<int, byte> length)
    {
        for (var symbol = 0; symbol < lengths.Length; symbol++)
            lengths[symbol] = length(symbol);
        Assign();
    }

    /// <summary>How many symbols get each length: the two rarest are joined again and again. What was joined is never rarer than what was joined before, so that both queues are in order.</summary>
    private void CountLengths(ReadOnlySpan<ulong> used, Span<int> having)
    {
        var nodes = 2 * used.Length - 1;
        Span<uint> weight = stackalloc uint[nodes];
        Span<ushort> parent = stackalloc ushort[nodes];
        for (var leaf = 0; leaf < used.Length; leaf++)
            weight[leaf] = (uint)(used[leaf] >> 16);
        var (nextLeaf, nextNode) = (0, used.Length);
        for (var made = used.Length; made < nodes; made++)
        {
            for (var child = 0; child < 2; child++)
            {
                var rarest = nextLeaf < used.Length && (nextNode == made || weight[nextLeaf] <= weight[nextNode]) ? nextLeaf++ : nextNode++;
                weight[made] += weight[rarest];
                parent[rarest] = (ushort)made;
            }
        }

        Span<byte> depth = stackalloc byte[nodes];
        having.Clear();
        for (var node = nodes - 2; node >= 0; node--)
        {
            depth[node] = (byte)(depth[parent[node]] + 1);
            if (node < used.Length)
                having[Math.Min(depth[node], longest)]++;
        }

        Shorten(having);
    }

    /// <summary>Makes room for those that were too deep: one that is shorter becomes longer, until all have a place.</summary>
    private void Shorten(Span<int> having)
    {
        var taken = 0;
        for (var length = 1; length <= longest; length++)
            taken += having[length] << (longest - length);
        for (; taken > 1 << longest; taken--)
        {
            var length = longest - 1;
            while (having[length] == 0)
                length--;
            having[length]--;
            having[length + 1] += 2;
            having[longest]--;
        }

        Debug.Assert(taken == 1 << longest, "A code has a place for every sequence of bits.");
    }

    private void Assign()
    {
        Span<int> next = stackalloc int[LongestLength + 2];
        next.Clear();
        foreach (var length in lengths)
            next[length + 1]++;
        next[1] = 0; // those that are not used
        for (var length = 1; length <= LongestLength; length++)
            next[length + 1] = (next[length + 1] + next[length]) << 1; // until here how many are one bit shorter, from here the first code
        for (var symbol = 0; symbol < lengths.Length; symbol++)
            bits[symbol] = lengths[symbol] == 0 ? (ushort)0 : Turned(next[lengths[symbol]]++, lengths[symbol]);
    }

    /// <summary>The last bit first.</summary>
    private static ushort Turned(int code, int length)
    {
        code = (code & 0x5555) << 1 | code >> 1 & 0x5555;
        code = (code & 0x3333) << 2 | code >> 2 & 0x3333;
        code = (code & 0x0f0f) << 4 | code >> 4 & 0x0f0f;
        code = (code & 0x00ff) << 8 | code >> 8;
        return (ushort)(code >> (16 - length));
    }
}
