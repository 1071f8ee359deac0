using System.Net.Sockets;
using Npgsql;

namespace Ingester.Postgres.Connections;

/// <summary>Turns what the driver throws into one sentence, and decides whether a retry can succeed.</summary>
internal static class DatabaseFaults
{
    /// <summary>Classes of SQLSTATE that pass: connection, resources (such as disk full), an operator or a restart, system errors.</summary>
    private static readonly string[] TransientClasses = ["08", "53", "57", "58"];

    /// <summary>
    /// Serialization failure, deadlock, lock not available, a standby that does not accept writes (a failover), and internal errors: a new connection gets one while the disk is
    /// full ("could not write init file").
    /// </summary>
    private static readonly string[] TransientStates =
        [PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected, PostgresErrorCodes.LockNotAvailable, PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.InternalError];

    /// <summary>Runs an operation.</summary>
    /// <exception cref="DatabaseException">The database failed.</exception>
    public static async Task<T> TranslateAsync<T>(DatabaseAddress address, Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (Exception fault) when (fault is NpgsqlException or SocketException or TimeoutException)
        {
            throw Translate(address, fault);
        }
    }

    private static DatabaseException Translate(DatabaseAddress address, Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refused =>
            new($"The database {address} refuses the user {address.User}: {refused.MessageText} ({refused.SqlState}). Check the user, its password and pg_hba.conf.", permanent: true, fault),
        PostgresException { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null } missing =>
            new($"A row has no partition in the database {address}: {missing.MessageText}. Was a partition detached or dropped while it was loaded?", permanent: false, fault),
        PostgresException error => new($"The database {address} failed: {error.MessageText} ({error.SqlState}).", permanent: !IsTransient(error.SqlState), fault),
        _ when IsConnection(fault) => new($"The database {address} is not reachable: {(fault.InnerException ?? fault).Message.TrimEnd('.')}.", permanent: false, fault),
        _ => new($"The database {address} cannot be used: {(fault.InnerException ?? fault).Message.TrimEnd('.')}.", permanent: true, fault),
    };

    private static bool IsTransient(string state) => TransientClasses.Any(start => state.StartsWith(start, StringComparison.Ordinal)) || TransientStates.Contains(state, StringComparer.Ordinal);

    private static bool IsConnection(Exception fault) =>
        fault is SocketException or TimeoutException or NpgsqlException { IsTransient: true } || fault.InnerException is SocketException or TimeoutException or IOException;
}
