using System.Diagnostics;
using Ingester.Demo;

namespace Ingester.Integration.Tests.Commands;

/// <summary>The program in a process of its own, with what it says.</summary>
internal sealed class RunningCommand : IDisposable
{
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<string> said = [];
    private TaskCompletionSource changed = NewSignal();

    /// <summary>Starts it.</summary>
    /// <param name="environment">What it finds in its environment besides what this process has.</param>
    /// <param name="arguments">Its command line.</param>
    public RunningCommand(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        string[] line = [.. ReplicaProcess.OwnCommandLine(), .. arguments];
        start.FileName = line[0];
        foreach (var argument in line[1..])
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything that it said so far.</summary>
    public string Said
    {
        get
        {
            lock (gate)
                return string.Join('\n', said);
        }
    }

    /// <summary>Waits until it has said something.</summary>
    public async Task WaitUntilItSaysAsync(string words, CancellationToken cancel)
    {
        for (; ; )
        {
            Task next;
            lock (gate)
            {
                if (said.Exists(line => line.Contains(words, StringComparison.Ordinal)))
                    return;
                next = changed.Task;
            }

            await next.WaitAsync(cancel);
        }
    }

    /// <summary>Waits until it has said something, and returns the word that follows, without a full stop.</summary>
    public async Task<string> WaitForWordAfterAsync(string words, CancellationToken cancel)
    {
        await WaitUntilItSaysAsync(words, cancel);
        var said = Said;
        return said[(said.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Split([' ', '\n'], 2)[0].TrimEnd('.');
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Stop() => Process.Start("kill", ["-TERM", $"{process.Id}"]).Dispose();

    /// <summary>Waits until it ends, and returns its exit code.</summary>
    public async Task<int> WhenEndedAsync(CancellationToken cancel)
    {
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Hear(string? line)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            said.Add(line ?? "");
            (signal, changed) = (changed, NewSignal());
        }

        signal.SetResult();
    }
}
