namespace Ingester.Deriving.Compaction;

/// <summary>A file format of compacted hours.</summary>
internal interface IHourFile : IAsyncDisposable
{
    /// <summary>Appends a row.</summary>
    /// <param name="values">The values in order of the columns: strings, <see cref="long"/>, or null.</param>
    /// <param name="cancellation">Cancels the write.</param>
    ValueTask AddAsync(object?[] values, CancellationToken cancellation);

    /// <summary>Writes the end of the file.</summary>
    Task CompleteAsync(CancellationToken cancellation);
}
