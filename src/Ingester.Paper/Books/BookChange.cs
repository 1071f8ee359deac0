using Ingester.Paper.Execution;

namespace Ingester.Paper.Books;

/// <summary>What one item changed in a book. Both are null if nothing changed; the defect is before the update.</summary>
/// <param name="Defect">A defect of the stream.</param>
/// <param name="Update">A change of the levels.</param>
internal readonly record struct BookChange(DataDefect? Defect, BookUpdate? Update);
