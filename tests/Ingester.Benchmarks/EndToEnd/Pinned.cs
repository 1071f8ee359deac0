using System.Diagnostics;
using System.Globalization;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>Processes on a processor of their own, so that the one that is measured has exactly one.</summary>
internal static class Pinned
{
    /// <summary>The processor of whoever sends.</summary>
    public const int Sender = 0;

    /// <summary>The processor of whoever receives.</summary>
    public const int Receiver = 1;

    /// <summary>Keeps this process, which watches, away from the one that is measured.</summary>
    public static void StayWithSenders()
    {
        if (OperatingSystem.IsLinux())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << Sender;
    }

    /// <summary>Starts a program on one processor; its output comes line by line.</summary>
    public static Process Start(int processor, IEnumerable<string> command, Action<string> line, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in command.Prepend(processor.ToString(CultureInfo.InvariantCulture)).Prepend("-c"))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process);
        process.OutputDataReceived += (_, output) => line(output.Data ?? "");
        process.ErrorDataReceived += (_, output) => line(output.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Processor seconds of all processes that this one started and that have ended.</summary>
    public static double ChildrenSeconds()
    {
        const int user = 13; // cutime and cstime, counted from behind the name, which may hold spaces
        const double ticks = 100;
        var fields = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ');
        return (double.Parse(fields[user]) + double.Parse(fields[user + 1])) / ticks;
    }

    /// <summary>Nobody is left behind when this process is told to end.</summary>
    private static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, and nobody holds it any more.
        }
    }
}
