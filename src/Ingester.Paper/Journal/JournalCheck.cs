namespace Ingester.Paper.Journal;

/// <summary>The result of checking a journal.</summary>
/// <param name="Run">The run.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="Lines">Number of lines in the blocks that passed.</param>
/// <param name="Head">The hash in the footer of the last block; empty without a block.</param>
/// <param name="IsEnded">True if the last line says that the run has ended. Otherwise it is running, was killed, or its last blocks are missing.</param>
/// <param name="Problems">One sentence for each block that is damaged, changed or missing.</param>
internal sealed record JournalCheck(string Run, int Blocks, long Lines, string Head, bool IsEnded, IReadOnlyList<string> Problems);
