namespace Ingester.Publishing.Export;

/// <summary>One exported file.</summary>
/// <param name="Key">Its key in the store or its path in the directory, below the prefix.</param>
/// <param name="DataType">What it holds: <c>trades</c>, <c>incremental_book_L2</c>, <c>quotes</c>, <c>book_snapshot_5</c>, <c>book_snapshot_25</c>, or <c>parquet</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The hash of its bytes, 64 hex digits.</param>
/// <param name="Rows">Number of its rows without the header.</param>
/// <param name="RowsSha256">The hash of its rows before compression: of CSV the text, of Parquet the stored rows that it was made from. It does not depend on a library's version.</param>
public sealed record ExportedFile(string Key, string DataType, long Bytes, string Sha256, long Rows, string RowsSha256);
