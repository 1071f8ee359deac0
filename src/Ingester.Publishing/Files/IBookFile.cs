namespace Ingester.Publishing.Files;

/// <summary>A file that is written from the messages of a book.</summary>
internal interface IBookFile : IAsyncDisposable
{
    /// <summary>Writes the rows of a message.</summary>
    ValueTask WriteAsync(BookMessage message, CancellationToken cancellation);

    /// <summary>Completes the file.</summary>
    Task<FileContent> CompleteAsync(CancellationToken cancellation);
}
