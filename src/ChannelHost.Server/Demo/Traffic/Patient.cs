using System.Globalization;

namespace ChannelHost.Server.Demo.Traffic;

/// <summary>An invented person.</summary>
/// <param name="Mrn">Medical record number.</param>
/// <param name="Family">Family name.</param>
/// <param name="Given">Given name.</param>
/// <param name="Born">Date of birth.</param>
/// <param name="Sex"><c>F</c>, <c>M</c> or <c>U</c>.</param>
/// <param name="Street">Street and number.</param>
/// <param name="City">City.</param>
/// <param name="Postcode">Postcode.</param>
/// <param name="Phone">Telephone number, from the range that is never given to anybody.</param>
internal sealed record Patient(
    string Mrn, string Family, string Given, DateOnly Born, char Sex, string Street, string City, string Postcode, string Phone)
{
    private static readonly string[] Families =
        ["Quill", "Okafor-Lind", "Bergström", "Testerman", "Umbral", "Vasquez", "Fenwick", "Marlowe", "O'Dell", "Iwasaki", "Brandt & Son", "Halloran", "Szabó", "Petrov", "Achterberg"];

    private static readonly (string Name, char Sex)[] Givens =
        [("Marta", 'F'), ("Tobias", 'M'), ("Åsa", 'F'), ("Ivo", 'M'), ("Léonie", 'F'), ("Hamid", 'M'), ("Robin", 'U'), ("Nadia", 'F'), ("Jürgen", 'M'), ("Mei", 'F'), ("Oskar", 'M')];

    private static readonly string[] Streets = ["Harbour Lane", "Mill & Weir Court", "Station Road", "Long Acre", "Foundry Street", "Orchard Close", "Lantern Hill"];

    private static readonly (string City, string Postcode)[] Cities = [("Eastbrook", "40217"), ("Northam", "40233"), ("Southmere", "40299"), ("Westerly", "40251")];

    /// <summary>Date of birth as HL7 v2 and many lists write it.</summary>
    public string BornText => Born.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>Invents the person with this number.</summary>
    public static Patient Invent(int number, Random chance)
    {
        var (given, sex) = One(Givens, chance);
        var (city, postcode) = One(Cities, chance);
        return new Patient(
            (20_000 + number).ToString(CultureInfo.InvariantCulture),
            One(Families, chance),
            given,
            new DateOnly(1935, 1, 1).AddDays(chance.Next(0, 32_000)),
            sex,
            $"{chance.Next(1, 120)} {One(Streets, chance)}",
            city,
            postcode,
            PhoneOf(chance));
    }

    /// <summary>The same person after a move.</summary>
    public Patient Moved(Random chance)
    {
        var (city, postcode) = One(Cities, chance);
        return this with { Street = $"{chance.Next(1, 120)} {One(Streets, chance)}", City = city, Postcode = postcode, Phone = PhoneOf(chance) };
    }

    private static string PhoneOf(Random chance) => string.Create(CultureInfo.InvariantCulture, $"555-01{chance.Next(0, 100):D2}");

    private static T One<T>(T[] from, Random chance) => from[chance.Next(from.Length)];
}
