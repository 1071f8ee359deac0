using Ingester.Core.Json;

namespace Ingester.Exchanges.Binance;

/// <summary>Level buffers of a decoder: one writer per side, so that rewriting one side cannot move the bytes of the other.</summary>
internal sealed class BinanceLevelBuffers
{
    /// <summary>For bids.</summary>
    public LevelWriter Bids { get; } = new();

    /// <summary>For asks.</summary>
    public LevelWriter Asks { get; } = new();

    /// <summary>Clears both buffers for the next frame.</summary>
    public void Clear()
    {
        Bids.Clear();
        Asks.Clear();
    }
}
