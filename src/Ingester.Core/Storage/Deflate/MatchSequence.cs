namespace Ingester.Core.Storage;

/// <summary>Literals and the match behind them, in eight bytes.</summary>
internal readonly struct MatchSequence
{
    private readonly ulong bits; // 15 of the distance less one, 9 of the length, 5 of the distance's symbol, 32 of the literals

    /// <summary>Some literals and a match.</summary>
    /// <param name="literals">How many bytes come before the match.</param>
    /// <param name="length">How many bytes match, from 4 to 258.</param>
    /// <param name="distance">How many bytes before, from 1 to 32,768.</param>
    /// <param name="distanceSymbol">That distance's symbol.</param>
    public MatchSequence(uint literals, uint length, uint distance, uint distanceSymbol) =>
        bits = (ulong)literals << 32 | distanceSymbol << 24 | length << 15 | (distance - 1);

    /// <summary>How many bytes come before the match.</summary>
    public uint Literals => (uint)(bits >> 32);

    /// <summary>How many bytes match.</summary>
    public uint Length => (uint)bits >> 15 & 0x1ff;

    /// <summary>How many bytes before.</summary>
    public uint Distance => ((uint)bits & 0x7fff) + 1;

    /// <summary>The distance's symbol.</summary>
    public uint DistanceSymbol => (uint)bits >> 24 & 0x1f;
}
