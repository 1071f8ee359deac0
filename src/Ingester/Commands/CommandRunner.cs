using System.CommandLine;
using System.Runtime.InteropServices;
using Ingester.Storage.Stores;
using Serilog;

namespace Ingester.Commands;

/// <summary>Runs a command line: signals become cancellation, a wrong line is exit code 2, a failed command says one sentence.</summary>
internal static class CommandRunner
{
    /// <summary>Done, nothing left behind.</summary>
    public const int Done = 0;

    /// <summary>Failed, or a check found something wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was started.</summary>
    public const int Misused = 2;

    /// <summary>Finished, but named parts are missing or degraded for good.</summary>
    public const int Degraded = 3;

    private static readonly CancellationTokenSource Stopping = new();

    /// <summary>Parses and runs.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync($"See: ingester {parsed.CommandResult.Command.Name} --help".Replace("ingester ingester", "ingester", StringComparison.Ordinal));
            return Misused;
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        AppDomain.CurrentDomain.UnhandledException += static (_, fault) => Say(fault.ExceptionObject as Exception); // of a thread that nobody waits for: the process ends after this
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, Stopping.Token);
        }
        catch (Exception fault)
        {
            // The supervising edge of the process.
            await Console.Error.WriteLineAsync($"ingester {parsed.CommandResult.Command.Name} failed, most likely because of a bug: {fault}");
            Say(fault);
            return Failed;
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    /// <summary>The last line of the log, which is written before this returns.</summary>
    private static void Say(Exception? fault)
    {
        Log.Fatal(fault, "The process ends because of a fault that nothing handles.");
        Log.CloseAndFlush();
    }

    /// <summary>Makes the action of a command: what it throws for its user becomes a sentence and an exit code.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Guard(Func<ParseResult, CancellationToken, Task<int>> action) =>
        async (line, _) =>
        {
            try
            {
                return await action(line, Stopping.Token);
            }
            catch (CommandException sentence)
            {
                await Console.Error.WriteLineAsync(sentence.Message);
                return sentence.ExitCode;
            }
            catch (Exception refused) when (refused is StoreException or UnsafeStoreException)
            {
                await Console.Error.WriteLineAsync(refused.Message);
                return Failed;
            }
            catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("Stopped.");
                return Failed;
            }
        };

    private static void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Stopping.Cancel();
    }
}
