using Ingester.Storage.Stores;

namespace Ingester.Candles;

/// <summary>An object with candles after its write.</summary>
/// <param name="Key">The key.</param>
/// <param name="Rows">The rows, uncompressed: JSON lines.</param>
/// <param name="Candles">Number of rows.</param>
/// <param name="Outcome">Whether it was written, or another process wrote the key before.</param>
internal sealed record CandleObject(string Key, byte[] Rows, int Candles, PutOutcome Outcome);
