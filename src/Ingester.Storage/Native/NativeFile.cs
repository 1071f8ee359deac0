using System.Runtime.InteropServices;
using System.Text;

namespace Ingester.Storage.Native;

/// <summary>
/// File operations that .NET does not offer: publish a file without replacing an existing one, make directory entries durable, and pass a path
/// as a span without allocating a string.
/// </summary>
internal static partial class NativeFile
{
    private const int CurrentDirectory = -100;
    private const uint NoReplace = 1;
    private const int CloseOnExec = 0x80000;
    private const uint FullMode = 0x1FF; // limited by the umask of the process

    private const int StackPathBytes = 512; // stack buffer size, so that usual paths need no heap allocation

    private const int NotPermitted = 1;
    private const int NoSuchEntry = 2;
    private const int NoAccess = 13;
    private const int AlreadyExists = 17;
    private const int CrossDevice = 18;
    private const int Invalid = 22;
    private const int TooManyLinks = 31;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    /// <summary>
    /// Gives a complete temporary file its final name; false if the name exists. A hard link fails atomically if the name exists, also on network
    /// file systems. If the file system has no hard links, a rename that does not replace is used.
    /// </summary>
    public static bool Publish(string temporary, string path)
    {
        if (OperatingSystem.IsWindows())
            return Move(temporary, path);
        if (Link(temporary, path) == 0)
            return true;
        return Marshal.GetLastPInvokeError() switch
        {
            AlreadyExists => false,
            NotPermitted or CrossDevice or TooManyLinks or NotImplemented or NotSupported => RenameNoReplace(temporary, path),
            var error => throw ToException(error),
        };
    }

    /// <summary>
    /// Creates a directory in an existing one, if it does not exist yet. .NET's method would allocate a <see cref="DirectoryInfo"/>, which is not
    /// needed.
    /// </summary>
    public static void CreateDirectory(ReadOnlySpan<char> directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory.ToString());
        else if (CreateDirectory(ToNullTerminatedUtf8(directory, stackalloc byte[StackPathBytes]), FullMode) != 0 && Marshal.GetLastPInvokeError() is var error and not AlreadyExists)
            throw ToException(error);
    }

    /// <summary>True if a file or directory with this path exists.</summary>
    public static bool Exists(ReadOnlySpan<char> path) =>
        OperatingSystem.IsWindows() ? Path.Exists(path.ToString()) : Access(ToNullTerminatedUtf8(path, stackalloc byte[StackPathBytes]), 0) == 0;

    /// <summary>Flushes a directory, so that entries created, linked or removed in it survive a crash of the machine.</summary>
    public static void FlushDirectory(ReadOnlySpan<char> directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(ToNullTerminatedUtf8(directory, stackalloc byte[StackPathBytes]), OperatingSystem.IsLinux() ? CloseOnExec : 0);
        if (descriptor < 0)
            throw ToException(Marshal.GetLastPInvokeError());
        var failed = Sync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (failed && error != Invalid) // some file systems do not support fsync for directories and return EINVAL
            throw ToException(error);
    }

    /// <summary>Publishes by renaming instead of linking; same result as <see cref="Publish"/>.</summary>
    public static bool RenameNoReplace(string temporary, string path)
    {
        try
        {
            if (Rename(CurrentDirectory, temporary, CurrentDirectory, path, NoReplace) == 0)
                return true;
        }
        catch (EntryPointNotFoundException)
        {
            throw UnsupportedFileSystem(path);
        }

        return Marshal.GetLastPInvokeError() switch
        {
            AlreadyExists => false,
            Invalid or NotImplemented or NotSupported => throw UnsupportedFileSystem(path),
            var error => throw ToException(error),
        };
    }

    private static bool Move(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>The path as null-terminated UTF-8, in the given buffer if that is large enough.</summary>
    private static ReadOnlySpan<byte> ToNullTerminatedUtf8(ReadOnlySpan<char> path, Span<byte> room)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        if (room.Length < longest)
            room = new byte[longest];
        var length = Encoding.UTF8.GetBytes(path, room);
        room[length] = 0;
        return room[..(length + 1)];
    }

    private static PlatformNotSupportedException UnsupportedFileSystem(string path) => new(
        $"The file system of {path} supports neither hard links nor a rename that fails if the name exists, so two replicas could overwrite each other's objects. Use another file system.");

    private static Exception ToException(int error) => error switch
    {
        NotPermitted or NoAccess => new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(error)),
        NoSuchEntry => new DirectoryNotFoundException(Marshal.GetPInvokeErrorMessage(error)),
        _ => new IOException(Marshal.GetPInvokeErrorMessage(error), error),
    };

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    private static partial int CreateDirectory(ReadOnlySpan<byte> path, uint mode);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true)]
    private static partial int Access(ReadOnlySpan<byte> path, int mode);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
