using System.Runtime.InteropServices;

namespace Ingester.Core.Connections;

/// <summary>How long the system lets a thread work before it looks at the others (Linux: <c>sched_setattr(2)</c>).</summary>
internal static partial class NativeSlice
{
    private const ulong Short = 100_000; // nanoseconds, the least that can be asked for; by default it is some milliseconds

    private const ulong NotForOthers = 1; // threads that this one begins are as all are

    /// <summary>The system's number of the call, for which the C library has no function of its own everywhere.</summary>
    private static nint? CallNumber => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 314,
        Architecture.Arm64 => 274,
        _ => null,
    };

    /// <summary>
    /// This thread works in short slices, for which the system lets it run as soon as it wakes instead of when another's longer slice is over (Linux 6.12 and
    /// later; earlier ones know no such wish). Its share of the processor stays what it was, so that anybody may ask for it; where it is refused, all stays as it is.
    /// </summary>
    public static void Shorten()
    {
        if (OperatingSystem.IsLinux() && CallNumber is { } number)
            _ = Call(number, 0, new Attributes { Size = (uint)Marshal.SizeOf<Attributes>(), Flags = NotForOthers, Nice = Nice(0, 0), Slice = Short }, 0);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number, nint thread, in Attributes attributes, nint flags);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int Nice(int kind, uint thread);

    /// <summary>The first version of the system's <c>struct sched_attr</c>; a policy of zero is the usual one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Slice;
        public ulong Deadline;
        public ulong Period;
    }
}
