namespace Ingester.Storage.Stores;

/// <summary>Holds the right to replace objects of a directory, among all processes that use the directory. The end of a process releases it.</summary>
internal static class ReplaceLock
{
    private const string FileName = "replace.lock";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until no other process and no other task has the right. Dispose the result to release it.</summary>
    /// <param name="folder">The folder of the lock file; it exists.</param>
    /// <param name="clock">The clock of the wait.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="StoreException">The lock file cannot be opened.</exception>
    public static async Task<IDisposable> TakeAsync(string folder, TimeProvider clock, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(Interval, clock, cancellation); // another writer has it for the time of one comparison and one rename
            }
            catch (Exception error) when (FileSystemErrors.IsFileSystemError(error))
            {
                throw FileSystemErrors.ToStoreException(error, "write", path);
            }
        }
    }
}
