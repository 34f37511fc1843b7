import { CHILDREN } from '../../domain/collections/children.ts';
import { CLASSES } from '../../domain/collections/classes.ts';
import { FACILITIES } from '../../domain/collections/facilities.ts';
import { changeRecord } from './change.ts';
import { closeRecord } from './close.ts';
import { createRecord } from './create.ts';
import { deleteRecord } from './delete.ts';
import { listRecords } from './list.ts';
import { readRecord } from './read.ts';
import { searchRecords } from './search.ts';
import { shapesOf } from './shapes.ts';

/** The endpoints that follow from the declared collections, for the route table. */

const facility = shapesOf(FACILITIES);
export const listFacilities = listRecords(FACILITIES, facility);
export const createFacility = createRecord(FACILITIES, facility);
export const readFacility = readRecord(FACILITIES, facility);
export const changeFacility = changeRecord(FACILITIES, facility);
export const closeFacility = closeRecord(FACILITIES, facility);

const schoolClass = shapesOf(CLASSES);
export const listClasses = listRecords(CLASSES, schoolClass);
export const createClass = createRecord(CLASSES, schoolClass);
export const readClass = readRecord(CLASSES, schoolClass);
export const changeClass = changeRecord(CLASSES, schoolClass);
export const closeClass = closeRecord(CLASSES, schoolClass);

const child = shapesOf(CHILDREN);
export const listChildren = listRecords(CHILDREN, child);
export const createChild = createRecord(CHILDREN, child);
export const readChild = readRecord(CHILDREN, child);
export const changeChild = changeRecord(CHILDREN, child);
export const deleteChild = deleteRecord(CHILDREN);
export const searchChildren = searchRecords(CHILDREN, child);
