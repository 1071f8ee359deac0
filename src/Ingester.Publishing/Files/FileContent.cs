namespace Ingester.Publishing.Files;

/// <summary>A written file.</summary>
/// <param name="Path">Its local path.</param>
/// <param name="Rows">Number of rows, without a header.</param>
/// <param name="RowsSha256">The hash of the rows before compression, 64 hex digits.</param>
internal sealed record FileContent(string Path, long Rows, string RowsSha256);
