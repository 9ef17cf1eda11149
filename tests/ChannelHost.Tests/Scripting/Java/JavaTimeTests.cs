using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaTimeTests
{
    [Theory]
    [InlineData("java.time.LocalDate.parse('2024-01-31').plusMonths(1).toString()", "2024-02-29")]
    [InlineData("java.time.LocalDate.of(2024, 2, 28).plusDays(2).getDayOfWeek().toString()", "FRIDAY")]
    [InlineData("java.time.LocalDateTime.parse('2024-01-02T03:04:05').format(java.time.format.DateTimeFormatter.ofPattern('yyyyMMddHHmmss'))", "20240102030405")]
    [InlineData("java.time.LocalDateTime.parse('20240102030405', java.time.format.DateTimeFormatter.ofPattern('yyyyMMddHHmmss')).toString()", "2024-01-02T03:04:05")]
    [InlineData("java.time.LocalDateTime.of(2024, 1, 2, 3, 4).toString()", "2024-01-02T03:04")]
    [InlineData("java.time.ZonedDateTime.of(2024, 7, 1, 12, 0, 0, 0, java.time.ZoneId.of('America/New_York')).toString()", "2024-07-01T12:00-04:00[America/New_York]")]
    [InlineData("java.time.ZonedDateTime.parse('2024-07-01T12:00:00+02:00').toInstant().toString()", "2024-07-01T10:00:00Z")]
    [InlineData("java.time.OffsetDateTime.parse('2024-07-01T12:00:00.123456Z').toString()", "2024-07-01T12:00:00.123456Z")]
    [InlineData("java.time.Instant.ofEpochMilli(1500).toString()", "1970-01-01T00:00:01.500Z")]
    [InlineData("java.time.Instant.parse('1970-01-01T00:00:02Z').toEpochMilli() + ''", "2000")]
    [InlineData("java.time.Instant.now().atZone(java.time.ZoneId.of('UTC')).getYear() + ''", "2024")]
    [InlineData("java.time.Duration.between(java.time.Instant.ofEpochMilli(0), java.time.Instant.ofEpochMilli(90000)).toMinutes() + ''", "1")]
    [InlineData("java.time.Duration.ofMinutes(90).toString()", "PT1H30M")]
    [InlineData("java.time.temporal.ChronoUnit.DAYS.between(java.time.LocalDate.parse('2024-01-01'), java.time.LocalDate.parse('2024-03-01')) + ''", "60")]
    [InlineData("java.time.temporal.ChronoUnit.YEARS.between(java.time.LocalDate.parse('1970-06-02'), java.time.LocalDate.parse('2024-06-01')) + ''", "53")]
    [InlineData("java.time.Period.between(java.time.LocalDate.parse('2000-01-31'), java.time.LocalDate.parse('2024-03-01')).toString()", "P24Y1M1D")]
    [InlineData("java.time.LocalDateTime.parse('2024-01-02T03:04:05').atZone(java.time.ZoneId.of('Europe/Berlin')).withZoneSameInstant(java.time.ZoneOffset.UTC).format(java.time.format.DateTimeFormatter.ISO_INSTANT)", "2024-01-02T02:04:05Z")]
    [InlineData("java.time.LocalTime.of(13, 5).toString() + java.time.LocalTime.parse('10:15:30').getSecond()", "13:0530")]
    [InlineData("org.joda.time.format.DateTimeFormat.forPattern('yyyyMMdd').parseDateTime('20240229').plusYears(1).toString('yyyy-MM-dd')", "2025-02-28")]
    [InlineData("org.joda.time.format.DateTimeFormat.forPattern('yyyy-MM-dd HH:mm').withZoneUTC().print(0)", "1970-01-01 00:00")]
    [InlineData("org.joda.time.format.DateTimeFormat.forPattern('MM/dd/yy').withPivotYear(2000).parseDateTime('01/02/50').toString('yyyy')", "1950")]
    [InlineData("org.joda.time.format.DateTimeFormat.forPattern('MM/dd/yy').withPivotYear(2000).parseDateTime('01/02/49').toString('yyyy')", "2049")]
    public void Times_FollowJava(string script, string expected) => Assert.Equal($"string:{expected}", Eval(script));

    [Theory]
    [InlineData("java.time.LocalDate.parse('2024-02-30')")]
    [InlineData("java.time.LocalDate.parse('20240101')")]
    [InlineData("java.time.LocalDate.of(2024, 13, 1)")]
    [InlineData("java.time.LocalDateTime.parse('2024-01-01')")]
    [InlineData("java.time.ZoneId.of('Mars/Base')")]
    public void WhatIsNoTime_Throws(string script) => Assert.Contains("java.time.", Eval(script), StringComparison.Ordinal);

    private static string Eval(string script) => JavaBench.Eval(script, time: new FakeTimeProvider(new DateTimeOffset(2024, 6, 1, 0, 0, 0, TimeSpan.Zero)));
}
