namespace Ingester.Paper.Report;

/// <summary>The result of <c>verify-journal --json</c>.</summary>
/// <param name="Schema">The name of the JSON document, <c>paper-verify-1</c>.</param>
/// <param name="Run">The run.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="Lines">Number of lines in the blocks that passed.</param>
/// <param name="Head">The hash in the footer of the last block.</param>
/// <param name="Ended">True if the run has ended in order.</param>
/// <param name="Problems">One sentence for each block that is damaged, changed or missing.</param>
internal sealed record JournalCheckReport(string Schema, string Run, int Blocks, long Lines, string Head, bool Ended, IReadOnlyList<string> Problems);
