using Ingester.Storage.Stores;

namespace Ingester.Deriving.Objects;

/// <summary>A file that is written before it becomes an object, so that memory does not depend on its size. It is deleted at the end.</summary>
internal sealed class TemporaryFile : IDisposable
{
    /// <summary>Creates an empty file in the folder for temporary files (<c>TMPDIR</c>).</summary>
    /// <exception cref="StoreException">The folder is not writable.</exception>
    public TemporaryFile()
    {
        try
        {
            Path = System.IO.Path.GetTempFileName();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failure(failure);
        }
    }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>Writes the file.</summary>
    /// <param name="writeAsync">Writes to the stream.</param>
    /// <exception cref="StoreException">The disk is full or fails.</exception>
    public async Task WriteAsync(Func<Stream, Task> writeAsync)
    {
        try
        {
            await using var stream = new FileStream(Path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            await writeAsync(stream);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failure(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);

    private static StoreException Failure(Exception cause) =>
        new($"A temporary file in {System.IO.Path.GetTempPath()} cannot be written: {cause.Message}", permanent: false, cause);
}
