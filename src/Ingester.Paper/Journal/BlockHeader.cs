namespace Ingester.Paper.Journal;

/// <summary>The first line of a block.</summary>
/// <param name="Header">Always <c>paper-journal</c>.</param>
/// <param name="Version">The version of the format.</param>
/// <param name="Run">The run.</param>
/// <param name="Block">The number of the block, from 0.</param>
/// <param name="Ts">The start of the minute of its lines, microseconds UTC.</param>
/// <param name="Previous">The hash in the footer of the block before.</param>
internal sealed record BlockHeader(string Header, int Version, string Run, int Block, long Ts, string Previous);
