using System.CommandLine;
using System.Runtime.InteropServices;
using Ingester.Core.Recordings;
using Ingester.Errors;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Serilog;

namespace Ingester.Commands;

/// <summary>
/// Runs a command line. Signals are mapped to cancellation, an invalid command line to exit code 2, and a failed command to one error message.
/// </summary>
internal static class CommandRunner
{
    private static readonly CancellationTokenSource StopSource = new();

    /// <summary>Runs the command line of the process.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        AppDomain.CurrentDomain.UnhandledException += static (_, fault) => LogFatal(fault.ExceptionObject as Exception); // an exception on any thread ends the process after this handler
        try
        {
            return await InvokeAsync(root, args, StopSource.Token);
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    /// <summary>Parses and runs a command line; an error becomes a message and its exit code.</summary>
    public static async Task<int> InvokeAsync(Command root, IReadOnlyList<string> args, CancellationToken cancel)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync($"See: ingester {parsed.CommandResult.Command.Name} --help".Replace("ingester ingester", "ingester", StringComparison.Ordinal));
            return ExitCodes.InvalidUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancel);
        }
        catch (CommandException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
        catch (ExpiredPeriodException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return ExitCodes.InvalidUsage;
        }
        catch (RecordingFileException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.IsReadError ? ExitCodes.Failed : ExitCodes.InvalidUsage;
        }
        catch (Exception failure) when (failure is StoreException or UnsafeStoreException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return ExitCodes.Failed;
        }
        catch (Exception fault)
        {
            // Last-resort handler of the process: everything else is a bug.
            await Console.Error.WriteLineAsync($"ingester {parsed.CommandResult.Command.Name} failed with an unhandled exception, probably a bug: {fault}");
            LogFatal(fault);
            return ExitCodes.Failed;
        }
    }

    /// <summary>Writes the last line of the log and flushes it.</summary>
    private static void LogFatal(Exception? fault)
    {
        Log.Fatal(fault, "The process ends because of an unhandled exception.");
        Log.CloseAndFlush();
    }

    private static void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        StopSource.Cancel();
    }
}
