namespace Ingester.Storage.Stores;

/// <summary>Converts file-system exceptions to <see cref="StoreException"/>s whose message names the action and the path.</summary>
internal static class FileSystemErrors
{
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int NotADirectory = 20;
    private const int NameTooLong = 36;
    private const int QuotaExceeded = 122;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>True for exceptions that file-system operations throw. Any other exception is a bug.</summary>
    public static bool IsFileSystemError(Exception error) => error is IOException or UnauthorizedAccessException or PlatformNotSupportedException;

    /// <summary>
    /// Creates the exception. It is permanent unless waiting can help; a full disk is not permanent, because an operator may free space meanwhile.
    /// </summary>
    public static StoreException ToStoreException(Exception error, string action, string path) => error switch
    {
        PlatformNotSupportedException => new(error.Message, permanent: true, error),
        UnauthorizedAccessException => new($"No permission to {action} {path}.", permanent: true, error) { Code = "permission" },
        { HResult: NoSpace or WindowsDiskFull or WindowsHandleDiskFull } => new($"The disk is full: cannot {action} {path}.", permanent: false, error) { Code = "full" },
        { HResult: QuotaExceeded } => new($"The disk quota is used up: cannot {action} {path}.", permanent: false, error) { Code = "quota" },
        { HResult: ReadOnly } => new($"The file system is read-only: cannot {action} {path}.", permanent: true, error) { Code = "read-only" },
        { HResult: NameTooLong } => new($"The name is too long for the file system: cannot {action} {path}.", permanent: true, error) { Code = "name" },
        { HResult: NotADirectory } => new($"A part of the path is a file, not a directory: cannot {action} {path}.", permanent: true, error) { Code = "path" },
        _ when FindFileInPath(path) is { } file => new($"{file} is a file, not a directory: cannot {action} {path}.", permanent: true, error) { Code = "path" },
        _ => new($"Cannot {action} {path}: {error.Message}", permanent: false, error) { Code = "file" },
    };

    private static string? FindFileInPath(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is { Length: > 0 }; above = Path.GetDirectoryName(above))
            if (File.Exists(above))
                return above;
        return null;
    }
}
