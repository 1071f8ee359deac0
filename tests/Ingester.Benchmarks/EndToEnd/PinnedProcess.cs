using System.Diagnostics;
using System.Globalization;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>Starts processes on fixed CPUs, so that the measured process has exactly one CPU.</summary>
internal static class PinnedProcess
{
    /// <summary>The CPU of senders.</summary>
    public const int Sender = 0;

    /// <summary>The CPU of receivers, which are measured.</summary>
    public const int Receiver = 1;

    /// <summary>Moves this process to the CPU of senders, so that it does not disturb the measured process.</summary>
    public static void StayWithSenders()
    {
        if (OperatingSystem.IsLinux())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << Sender;
    }

    /// <summary>Starts a program on one CPU and passes each line of its output to a callback.</summary>
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

    /// <summary>CPU seconds of all child processes that have exited.</summary>
    public static double ChildrenSeconds()
    {
        const int user = 13; // cutime and cstime, counted from the end of the name, which may contain spaces
        const double ticks = 100;
        var fields = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ');
        return (double.Parse(fields[user]) + double.Parse(fields[user + 1])) / ticks;
    }

    /// <summary>Kills all child processes when this process is stopped.</summary>
    private static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // The process has exited and is disposed.
        }
    }
}
