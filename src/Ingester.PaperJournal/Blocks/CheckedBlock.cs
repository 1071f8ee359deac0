namespace Ingester.PaperJournal.Blocks;

/// <summary>A block that was read and checked.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Head">The hash in its footer.</param>
/// <param name="Lines">The lines between header and footer.</param>
internal sealed record CheckedBlock(int Number, string Head, IReadOnlyList<ReadOnlyMemory<byte>> Lines);
