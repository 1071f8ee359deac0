namespace Ingester.Core.Live;

/// <summary>One row or mark in a batch of the live stream.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Start">The position of its line in the batch, in bytes.</param>
/// <param name="Length">The length of its line in bytes, with the line feed.</param>
/// <param name="Content">What a client misses that does not receive it.</param>
internal readonly record struct LiveEntry(LiveStream Stream, int Start, int Length, LiveLoss Content);
