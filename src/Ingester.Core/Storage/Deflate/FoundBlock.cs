using System.Runtime.InteropServices;

namespace Ingester.Core.Storage;

/// <summary>What was found in the bytes of one block, and how often each symbol is in it. One owner writes it, one reads it; its memory lives as long as the process.</summary>
internal sealed unsafe class FoundBlock
{
    /// <summary>How many matches it holds: some 500 KiB of rows.</summary>
    public const int MostSequences = 1 << 15;

    /// <summary>The matches in order, each with the literals before it.</summary>
    public MatchSequence* Sequences { get; } = (MatchSequence*)NativeMemory.AlignedAlloc((nuint)(MostSequences * sizeof(MatchSequence)), 64);

    /// <summary>How many matches there are.</summary>
    public int Count { get; set; }

    /// <summary>How many literals follow the last match.</summary>
    public int LiteralsBehind { get; set; }

    /// <summary>How often each literal and length symbol is in it, the end of the block included.</summary>
    public uint* Literals { get; } = (uint*)NativeMemory.AlignedAlloc(DeflateSymbols.Literals * sizeof(uint), 64);

    /// <summary>How often each distance symbol is in it.</summary>
    public uint* Distances { get; } = (uint*)NativeMemory.AlignedAlloc(DeflateSymbols.Distances * sizeof(uint), 64);

    /// <summary>Begins a block, which ends once.</summary>
    public void Clear()
    {
        (Count, LiteralsBehind) = (0, 0);
        new Span<uint>(Literals, DeflateSymbols.Literals).Clear();
        new Span<uint>(Distances, DeflateSymbols.Distances).Clear();
        Literals[DeflateSymbols.EndOfBlock] = 1;
    }
}
